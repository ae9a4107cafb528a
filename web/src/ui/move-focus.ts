import type { KeyboardEvent } from 'react'

/** Arrow keys go from the link of one row (`data-row-link`) to that of the next. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const row = (event.target as HTMLElement).closest('[data-row-link]')?.closest('tr')
  if (step === 0 || !row) return
  const next = step === 1 ? row.nextElementSibling : row.previousElementSibling
  const link = next?.querySelector<HTMLElement>('[data-row-link]')
  if (!link) return
  event.preventDefault()
  link.focus()
}
