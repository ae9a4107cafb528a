import { useSyncExternalStore } from 'react'

/** For what must stand elsewhere or be measured otherwise, not only look different. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}

/** Below Tailwind's `md`, where rows are cards. */
export const useNarrow = (): boolean => useMedia('(max-width: 47.99rem)')
