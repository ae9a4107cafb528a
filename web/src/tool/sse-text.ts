/** Events of a `text/event-stream` (WHATWG HTML, §9.2.6): their data alone, in order. Text may come cut anywhere. */
export function createSseReader(): { push(text: string): string[]; readonly waiting: number } {
  let rest = ''
  /** A carriage return at the end of what came may be half of a line's end. */
  let half = ''
  return {
    push(text) {
      const whole = half + text
      half = whole.endsWith('\r') ? '\r' : ''
      let from = Math.max(0, rest.length - 1)
      rest += whole.slice(0, whole.length - half.length).replace(/\r\n?/g, '\n')
      const found: string[] = []
      for (;;) {
        const end = rest.indexOf('\n\n', from)
        if (end < 0) return found
        found.push(...dataOf(rest.slice(0, end)))
        rest = rest.slice(end + 2)
        from = 0
      }
    },
    get waiting() {
      return rest.length + half.length
    },
  }
}

function dataOf(event: string): string[] {
  const lines = event
    .split('\n')
    .filter((line) => line === 'data' || line.startsWith('data:'))
    .map((line) => line.slice(5).replace(/^ /, ''))
  return lines.length === 0 ? [] : [lines.join('\n')]
}
