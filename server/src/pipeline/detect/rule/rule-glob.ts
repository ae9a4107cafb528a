/** Longest text that is looked at. */
const lengthMax = 4_096

/** `*` stands for any text, `?` for one character; all else for itself. Time is the pattern's length times the text's, at most. */
export function globTest(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern
  const head = pattern.slice(0, -1)
  if (pattern.endsWith('*') && !/[*?]/.test(head)) return (text) => text.startsWith(head)
  return (text) => fits(pattern, text.slice(0, lengthMax))
}

/** Goes back to the last star alone: what an earlier one could take, the last one can. */
function fits(pattern: string, text: string): boolean {
  let at = 0
  let star = -1
  let taken = 0
  for (let i = 0; i < text.length; ) {
    if (at < pattern.length && pattern[at] !== '*' && (pattern[at] === '?' || pattern[at] === text[i])) {
      at += 1
      i += 1
    } else if (pattern[at] === '*') {
      star = at
      taken = i
      at += 1
    } else if (star >= 0) {
      at = star + 1
      taken += 1
      i = taken
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
