import { useEffect, useLayoutEffect, useRef } from 'react'

/**
 * What comes above the oldest message pushes nothing down that is being read: the page keeps its distance from its end. Browsers do this
 * by themselves, but not at the very top of a page, and not all of them.
 */
export function useStayInPlace(firstId: string | undefined): void {
  const before = useRef({ firstId, top: 0, height: 0 })
  useEffect(() => {
    const note = (): void => {
      before.current.top = scrollY
      before.current.height = document.documentElement.scrollHeight
    }
    const observer = new ResizeObserver(note)
    observer.observe(document.documentElement)
    addEventListener('scroll', note, { passive: true })
    return () => {
      observer.disconnect()
      removeEventListener('scroll', note)
    }
  }, [])
  useLayoutEffect(() => {
    const { firstId: old, top, height } = before.current
    before.current.firstId = firstId
    if (old === undefined || old === firstId || height === 0) return
    scrollTo({ top: top + document.documentElement.scrollHeight - height, behavior: 'instant' })
  }, [firstId])
}
