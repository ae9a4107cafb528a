import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Pixels from the end that still count as the end. */
const nearPx = 96
/** Height of the bar above the page, with air. */
const topPx = 64
/** After a page is opened the router puts it where it thinks right; until then a scroll is not the reader's. */
const openingMs = 600

/**
 * Keeps the newest in sight while something grows, but never so far that the last question leaves the screen: a long answer
 * is read from its beginning. Whoever scrolls away is left where they are. Gives whether there is more below, and the way
 * to the end.
 */
export function useStayAtEnd(list: RefObject<HTMLElement | null>): [boolean, () => void] {
  const follows = useRef(true)
  /** Where the page was put last; a scroll to elsewhere is the reader's. */
  const put = useRef(-1)
  const [below, setBelow] = useState(false)
  const putAt = useCallback((top: number) => {
    put.current = Math.round(top)
    scrollTo({ top: put.current, behavior: 'instant' })
  }, [])
  useEffect(() => {
    const element = list.current
    if (!element) return
    const openedMs = performance.now()
    const stay = (): void => {
      const target = Math.min(endPx(), questionPx(element))
      if (follows.current && target > scrollY + 1) putAt(target)
      setBelow(endPx() - scrollY > nearPx)
    }
    const onScroll = (): void => {
      if (performance.now() - openedMs < openingMs) stay()
      else if (Math.abs(scrollY - put.current) > 2) follows.current = endPx() - scrollY <= nearPx
      setBelow(endPx() - scrollY > nearPx)
    }
    const observer = new ResizeObserver(stay)
    observer.observe(element)
    addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      removeEventListener('scroll', onScroll)
    }
  }, [list, putAt])
  const toEnd = useCallback(() => {
    follows.current = true
    putAt(endPx())
  }, [putAt])
  return [below, toEnd]
}

const endPx = (): number => document.documentElement.scrollHeight - innerHeight

/** Where the page lies when the last question stands at its top. */
function questionPx(list: HTMLElement): number {
  const last = [...list.querySelectorAll('[data-question]')].at(-1)
  return last ? last.getBoundingClientRect().top + scrollY - topPx : Number.POSITIVE_INFINITY
}
