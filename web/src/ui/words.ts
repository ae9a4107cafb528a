/** `PENDING_APPROVAL` → `Pending approval`: the contract's words as people read them. */
export const sentenceCase = (word: string): string => {
  const text = word.replaceAll('_', ' ').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `3 incidents`, `1 incident`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
