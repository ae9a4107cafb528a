import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { readTabSearch, type TabSearch } from './tab-search.ts'

export type TabChange = (part: Partial<Record<keyof TabSearch, unknown>>, replace?: boolean) => void

/** The open tab's part of the address, and how to change it. */
export function useTabSearch(): { search: TabSearch; change: TabChange } {
  const raw: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate({ from: '/clusters/$id' })
  const text = JSON.stringify(raw)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` is all of it
  const search = useMemo(() => readTabSearch(raw), [text])
  const change: TabChange = (part, replace = false) => {
    void navigate({ search: (old) => ({ ...old, ...part }), replace, resetScroll: false })
  }
  return { search, change }
}
