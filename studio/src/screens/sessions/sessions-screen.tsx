/** The sessions of agents, teams and workflows: a list of them, or one of them. */
import { componentKinds } from "../../api/components.ts";
import { NotFound } from "../../shell/not-found.tsx";
import { usePathParts } from "../../shell/path-parts.ts";
import { SessionList } from "./session-list.tsx";
import { SessionScreen } from "./session-screen.tsx";

export default function SessionsScreen(): React.JSX.Element {
  const [, type, name, sessionId, ...rest] = usePathParts();
  if (type === undefined || type === "") return <SessionList />;
  const kind = componentKinds.find((each) => each === type);
  if (kind === undefined || name === undefined || sessionId === undefined || rest.length > 0) return <NotFound />;
  return <SessionScreen key={JSON.stringify([kind, name, sessionId])} kind={kind} name={name} sessionId={sessionId} />;
}
