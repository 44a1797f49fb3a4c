/** Two statements: the row, and its steps. The key stands in backticks, because one such as `1e5` is a number without. */
export function surqlOf(id: string): string {
  const record = `workflow_runs:\`${id.replaceAll(/[\\`]/g, "\\$&")}\``;
  return `SELECT * FROM ${record};\nSELECT * FROM fn::run_steps(${record});`;
}
