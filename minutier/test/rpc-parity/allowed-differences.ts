/** Where our server answers otherwise than a real one, and why. Every case that a pattern names must differ. */
export interface AllowedDifference {
  cases: RegExp;
  why: string;
}

export const allowedDifferences: readonly AllowedDifference[] = [
  {
    cases:
      /^frame, json, the value (\(1\)|\/\* c \*\/1|\/\/ c\n1|\(1,2\)|\/a\/|1\.\.2|1dec|1h|d"2026.*"|person:1|\{,\})$/,
    why: "a real server reads JSON as a value of SurrealQL; ours reads JSON, and what JSON writers make of it",
  },
  {
    cases: /^frame, json, the value "person:\[1, 2\]"$/,
    why: "a text that means a record is one when its key is a name or a number; lists and objects stay texts",
  },
  {
    cases: /accepting application\/vnd\.surrealdb\.flatbuffers$(?<!\/(rpc|import|export), accepting .*)/,
    why: "the embedded engine speaks CBOR alone: ours has no FlatBuffers",
  },
  {
    cases: /^http, POST \/(rpc|export), of application\/vnd\.surrealdb\.flatbuffers$/,
    why: "the embedded engine speaks CBOR alone: ours has no FlatBuffers",
  },
  {
    cases:
      /^http, (POST|PUT|PATCH) \/key\/note.* of \{$|^http, POST \/export, of (\{|)$|^limit, POST \/export at its limit$/,
    why: "what can't be parsed is not SurrealQL to ours, so that it is refused in other words",
  },
  { cases: /^http, POST \/import, of bytes$/, why: "bytes that are no text are refused in the words of /sql" },
  {
    cases: /^http, .* by a wrong password$/,
    why: "the engine doesn't tell whether there is such a user, so neither does ours",
  },
  {
    cases: /^http, POST \/sql, by no namespace$/,
    why: "the embedded engine can't stand in a database of no namespace",
  },
  {
    cases: /^(socket|http) \w+, (?!stranger|invalidated|expired)\w+, query: (a wrong type|a transaction that fails)$/,
    why: "the engines word these errors differently",
  },
  {
    cases: /^(socket|http) \w+, (database|record), query: a selection$/,
    why: "the embedded engine lets USE inside a query leave the database of its user",
  },
  {
    cases: /^(socket|http) \w+, (stranger|invalidated), query: (an unknown function|no SurrealQL)$/,
    why: "a stranger's query is refused before it is parsed: to the embedded engine a stranger is the owner",
  },
  {
    cases: /^socket \w+, record, signin: (a user of the (database|namespace)(, in small letters)?|the root user)$/,
    why: "the embedded engine keeps $auth when a user signs in to the session of a record",
  },
  {
    cases: /^live, the removal of its database$/,
    why: "the embedded engine ends the live queries of a table, and not those of a database, with a notification",
  },
  {
    cases: /^live, the rows that its user may see$/,
    why: "the embedded engine doesn't know $auth when it checks what a live query may tell",
  },
  {
    cases: /^limit, a message of CBOR beyond its limit$/,
    why: "ours says 1009 as it closes the socket, a real server nothing",
  },
];
