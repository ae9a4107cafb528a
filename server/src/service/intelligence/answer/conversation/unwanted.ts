/** Behind these, whatever is named is not to be done: "don't run restart-pool", but not "I don't know why" and not "why don't you". */
const forbids =
  /(?<!\bwhy )\b(?:do ?n[o']?t|do not|never|must ?n[o']?t|must not|should ?n'?t|should not|not to|no longer)\s+(?!(?:know|think|see|ask|bother|worry|understand|believe|care|have|get|you|we|like|want|work|mind)\b)\p{L}/iu
/** Said first, these take something back. */
const takesBack =
  /^(?:\W|please\b|can you\b|could you\b)*(?:cancel|abort|withdraw|revoke|retract|never ?mind|forget)\b/i

/** Whether somebody says that something is not to be done. What stands in quotation marks is somebody else's. */
export function isUnwanted(text: string): boolean {
  const own = text.replaceAll('’', "'").replace(/"[^"]*"|“[^”]*”/g, ' ')
  return forbids.test(own) || takesBack.test(own)
}
