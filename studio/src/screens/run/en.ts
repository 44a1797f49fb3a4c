export const en = {
  title: "Run",
  back: "All runs",
};
