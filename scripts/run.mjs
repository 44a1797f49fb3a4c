// Does what `npm start`, `npm test` and the other scripts ask, once everything that it takes is there.
// In words that an old Node understands, which has to be able to read this to say that it is too old.
if (Number(process.versions.node.split(".")[0]) >= 20) {
  void import("./tasks.mjs");
} else {
  console.error(
    "This machine has Node " +
      process.versions.node +
      ", and the project needs 22.18 or newer, 24 or 26: install one from https://nodejs.org, and try again.\n" +
      "(With Node 20, the project brings a newer one along.)",
  );
  process.exitCode = 1;
}
