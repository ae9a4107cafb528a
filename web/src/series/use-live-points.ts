import type { Point } from '@aiops/contract/model/series'
import { useEffect, useState } from 'react'
import { useLive } from '../shell/live-provider.tsx'
import { appendPoints } from './merge-points.ts'

type Buffers = ReadonlyMap<number, readonly Point[]>
const none: Buffers = new Map()

/** Points of these series since this component began to watch them. Freed, and unsubscribed, when it leaves. */
export function useLivePoints(ids: readonly number[], enabled: boolean): Buffers {
  const live = useLive()
  const [buffers, setBuffers] = useState<Buffers>(none)
  const key = ids.join(',')
  useEffect(() => {
    setBuffers(none)
    if (!enabled || key === '') return
    return live.watchSeries(key.split(',').map(Number), (points) => {
      setBuffers((old) => {
        const next = new Map(old)
        for (const [id, added] of points) next.set(id, appendPoints(next.get(id) ?? [], added))
        return next
      })
    })
  }, [live, key, enabled])
  return buffers
}
