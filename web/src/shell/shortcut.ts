/** Two-key navigation (`g` then a letter) and single keys, as a state machine over key strokes. */

export type KeyStroke = {
  key: string
  ctrl: boolean
  meta: boolean
  alt: boolean
  typing: boolean
  atMs: number
}
export type ShortcutAction =
  | { type: 'go'; key: string }
  | { type: 'help' }
  | { type: 'palette' }
  | { type: 'ask' }
/** When `g` was pressed, while its second key is awaited. */
export type ShortcutState = { leaderAtMs: number | undefined }

/** How long `g` waits for its second key. */
export const leaderMsMax = 1_500
export const idle: ShortcutState = { leaderAtMs: undefined }

export function press(
  state: ShortcutState,
  stroke: KeyStroke,
  targets: readonly string[],
): { state: ShortcutState; action?: ShortcutAction } {
  if ((stroke.ctrl || stroke.meta) && stroke.key.toLowerCase() === 'k')
    return { state: idle, action: { type: 'palette' } }
  if (stroke.typing || stroke.ctrl || stroke.meta || stroke.alt) return { state: idle }
  if (stroke.key === '?') return { state: idle, action: { type: 'help' } }
  if (stroke.key === '/') return { state: idle, action: { type: 'ask' } }
  const awaited = state.leaderAtMs !== undefined && stroke.atMs - state.leaderAtMs <= leaderMsMax
  if (awaited && targets.includes(stroke.key)) return { state: idle, action: { type: 'go', key: stroke.key } }
  return { state: stroke.key === 'g' ? { leaderAtMs: stroke.atMs } : idle }
}

/** Whether key strokes at an element write text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
