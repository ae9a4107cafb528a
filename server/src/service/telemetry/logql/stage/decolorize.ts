// ECMA-48 control sequences: what moves, colours and clears. Linear: each class is bounded by the next.
const [escapeSign, bell, introducer] = ['\u001b', '\u0007', '\u009b']
const sequence = new RegExp(
  String.raw`[${escapeSign}${introducer}][[\]()#;?]*(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)?${bell}|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])`,
  'g',
)

/** Longer runs of what may be a sequence are left as they are. */
const lineMax = 1_048_576

/** A line without its terminal colours. */
export const decolorized = (line: string): string =>
  line.length > lineMax || (!line.includes(escapeSign) && !line.includes('\u009b'))
    ? line
    : line.replace(sequence, '')
