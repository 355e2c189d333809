/** Server-sent events of an answer, as they come. */

export interface ServerEvent {
  event: string;
  data: string;
}

/** Ends with the answer; whoever stops before closes the connection. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let rest = '';
  let event = newEvent();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      // A CR at the end may be half of a line's end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') takeLine(event, line);
        else if (event.isBegun) {
          yield { event: event.name, data: event.data.join('\n') };
          event = newEvent();
        }
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

interface Begun {
  name: string;
  data: string[];
  isBegun: boolean;
}

function newEvent(): Begun {
  return { name: 'message', data: [], isBegun: false };
}

/** A line that begins with a colon keeps the connection open and says nothing. */
function takeLine(event: Begun, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const field = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'event') event.name = value;
  else if (field === 'data') event.data.push(value);
  else return;
  event.isBegun = true;
}
