import { type RefObject, useEffect } from 'react'

/** Where nothing on the page has the focus, the arrow down goes to the first row (`data-row-link`) of the host. */
export function useArrowIn(host: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'ArrowDown' || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
        return
      if (event.defaultPrevented || document.activeElement !== document.body) return
      const first = host.current?.querySelector<HTMLElement>('[data-row-link]')
      if (!first) return
      event.preventDefault()
      first.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [host])
}
