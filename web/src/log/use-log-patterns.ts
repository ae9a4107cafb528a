import { useQuery } from '@tanstack/react-query'
import { type Range, rangeBounds } from '../series/range.ts'
import { fetchWithKey } from '../shell/session.ts'

export type LogPattern = { pattern: string; count: number }

type Answer = { data: { pattern: string; samples: [number, number][] }[] }

/** The statements behind the newest lines of a query, the most frequent first. Of this program's own logs alone. */
export function useLogPatterns(query: string, range: Range) {
  return useQuery({
    queryKey: ['log-patterns', query, range],
    retry: false,
    queryFn: async (): Promise<LogPattern[]> => {
      const { from, to } = rangeBounds(range, Date.now())
      const step = Math.max(1, Math.ceil((to - from) / 60_000))
      const parameters = new URLSearchParams({
        ...{ query, step: `${step}s` },
        ...{ start: new Date(from).toISOString(), end: new Date(to).toISOString() },
      })
      const response = await fetchWithKey(`/loki/api/v1/patterns?${parameters}`)
      if (!response.ok) throw new Error(await response.text())
      const { data } = (await response.json()) as Answer
      return data
        .map(({ pattern, samples }) => ({
          pattern,
          count: samples.reduce((sum, [, count]) => sum + count, 0),
        }))
        .sort((a, b) => b.count - a.count)
    },
  })
}
