import { useSyncExternalStore } from 'react'

/** Tailwind's `xl`: from here on a page has a second column. */
const query = matchMedia('(min-width: 80rem)')

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** For what must stand elsewhere, not only look different, on wide screens. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
