/** Which screen an address shows. Screens other than the runs are loaded when they are opened. */
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";

import { RunsScreen } from "./screens/runs/runs-screen.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { ScreenLoading } from "./shell/screen-loading.tsx";
import { Shell } from "./shell/shell.tsx";

const RunScreen = lazy(() => import("./screens/run/run-screen.tsx"));
const SessionsScreen = lazy(() => import("./screens/sessions/sessions-screen.tsx"));
const StatisticsScreen = lazy(() => import("./screens/statistics/statistics-screen.tsx"));
const WaitingScreen = lazy(() => import("./screens/waiting/waiting-screen.tsx"));
const TryItScreen = lazy(() => import("./screens/try-it/try-it-screen.tsx"));
const ApiScreen = lazy(() => import("./screens/api/api-screen.tsx"));
const QueryScreen = lazy(() => import("./screens/query/query-screen.tsx"));

export function App(): React.JSX.Element {
  return (
    <Shell>
      <Suspense fallback={<ScreenLoading />}>
        <Switch>
          <Route path="/">
            <Redirect to="/runs" replace />
          </Route>
          <Route path="/runs" component={RunsScreen} />
          <Route path="/runs/:id">{({ id }) => <RunScreen key={id} id={id} />}</Route>
          {/* Screens with addresses of their own below: /sessions/agent/clerk/s1, /try/agent/clerk. */}
          <Route path="/sessions/*?" component={SessionsScreen} />
          <Route path="/statistics" component={StatisticsScreen} />
          <Route path="/waiting" component={WaitingScreen} />
          <Route path="/try/*?" component={TryItScreen} />
          <Route path="/query" component={QueryScreen} />
          <Route path="/api" component={ApiScreen} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Shell>
  );
}
