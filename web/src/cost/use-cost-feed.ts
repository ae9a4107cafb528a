import type { Event } from '@aiops/contract/event'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useLiveEvents } from '../shell/live-provider.tsx'
import { decisionItem, deploymentItem, type FeedItem, feedItemOf, mergeFeed } from './feed-item.ts'
import { useLatestDecisions, useLatestDeployments } from './use-cost.ts'

const seedCount = 50

/** What was decided and deployed last, then what comes. While it is paused, what comes waits, and is counted. */
export function useCostFeed() {
  const first = useLatestDecisions(seedCount)
  const deployed = useLatestDeployments(seedCount)
  const seed = useMemo(
    () => [
      ...(first.data?.items ?? []).map(decisionItem),
      ...(deployed.data?.items ?? []).map(deploymentItem),
    ],
    [first.data, deployed.data],
  )
  const [came, setCame] = useState<readonly FeedItem[]>([])
  const [waiting, setWaiting] = useState<readonly FeedItem[]>([])
  const [paused, setPaused] = useState(false)
  const pausedNow = useRef(paused)
  pausedNow.current = paused
  // What stood there when it was paused stays, though the list of decisions is read again.
  const stood = useRef(seed)
  if (!paused) stood.current = seed
  useLiveEvents(
    useCallback((event: Event) => {
      const item = feedItemOf(event)
      if (item) (pausedNow.current ? setWaiting : setCame)((old) => mergeFeed(old, [item]))
    }, []),
  )
  const before = stood.current
  const items = useMemo(() => mergeFeed(came, before), [came, before])
  return {
    ...{ items, first, deployed, paused, waiting: waiting.length },
    toggle: (): void => {
      if (paused) {
        setCame((old) => mergeFeed(old, waiting))
        setWaiting([])
      }
      setPaused(!paused)
    },
  }
}
