/** A reader of the text format, apart from the writer that it checks. */
export function parseExposition(
  text: string,
): { name: string; labels: Record<string, string>; value: number }[] {
  const samples: { name: string; labels: Record<string, string>; value: number }[] = []
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const head = /^([a-zA-Z_:][\w:]*)(\{)?/.exec(line)
    if (!head) throw new Error(`no metric: ${line}`)
    const labels: [string, string][] = []
    let place = head[0].length
    while (head[2] && line[place] !== '}') {
      const label = /,?([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/y
      label.lastIndex = place
      const found = label.exec(line)
      if (!found) throw new Error(`no label at ${place}: ${line}`)
      place = label.lastIndex
      labels.push([
        found[1] as string,
        (found[2] as string).replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)),
      ])
    }
    const value = Number(line.slice(place + (head[2] ? 1 : 0)))
    if (Number.isNaN(value)) throw new Error(`no value: ${line}`)
    samples.push({ name: head[1] as string, labels: Object.fromEntries(labels), value })
  }
  return samples
}
