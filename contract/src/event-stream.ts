/** Server-sent events as they come in pieces: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export type StreamEvent = { id: string; event: string; data: string }

/** Characters of a line or an event; beyond it something else than our server speaks. */
const charactersMax = 16_777_216

/** Gives whole events for each piece of text, wherever the pieces are cut. Throws where one grows without end. */
export function createEventParser(): (piece: string) => StreamEvent[] {
  let rest = ''
  /** A line break was taken whose second half may come. */
  let afterReturn = false
  let id = ''
  let event = ''
  let data: string[] = []
  let size = 0

  function take(line: string): StreamEvent | undefined {
    if (line === '') {
      const whole = data.length > 0 ? { id, event: event || 'message', data: data.join('\n') } : undefined
      event = ''
      data = []
      size = 0
      return whole
    }
    const colon = line.indexOf(':')
    if (colon === 0) return undefined
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') data.push(value)
    else if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = value
    size += value.length
    if (size > charactersMax) throw new Error('An event of the stream is too long.')
    return undefined
  }

  return (piece) => {
    const text = afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece
    if (piece !== '') afterReturn = false
    rest += text
    const events: StreamEvent[] = []
    const lineEnd = /\r\n|\n|\r/g
    let at = 0
    for (const found of rest.matchAll(lineEnd)) {
      const whole = take(rest.slice(at, found.index))
      if (whole) events.push(whole)
      at = found.index + found[0].length
      afterReturn = found[0] === '\r' && at === rest.length
    }
    rest = rest.slice(at)
    if (rest.length > charactersMax) throw new Error('A line of the stream is too long.')
    return events
  }
}
