// Does what `npm start`, `npm test` and the other scripts ask, once everything that it takes is there.
// In words that an old Node understands, which has to be able to read this to say that it is too old.
if (Number(process.versions.node.split(".")[0]) >= 20) {
  void import("./tasks.mjs");
} else {
  console.error(
    "This machine has Node " +
      process.versions.node +
      ": install Node 24 or 26 from https://nodejs.org, and try again.\n" +
      "(From Node 20 on, the project brings one along that is new enough.)",
  );
  process.exitCode = 1;
}
