/** Listeners of the caller's. */

/** The same listener, which can't fail the run: its error is the process's, as that of any event listener is. */
export function tellSafely<Event>(listener: (event: Event) => void): (event: Event) => void {
  return (event) => {
    try {
      listener(event);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  };
}
