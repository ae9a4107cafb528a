import type { Event } from '@aiops/contract/event'
import { describe, expect, it } from 'vitest'
import { type FeedItem, feedItemOf, feedMax, mergeFeed } from './feed-item.ts'

const event = (event_type: string, payload: object) =>
  ({
    event_type,
    event_id: '1',
    source: 'test',
    tenant_id: 'default',
    timestamp: '',
    payload,
  }) as unknown as Event
const anomaly = (name: string) =>
  event('ANOMALY_DETECTED', {
    ...{ id: 'a', series: { name, labels: { service: 'cart' } }, sentence: 'up', state: 'ACTIVE' },
    ...{ incident_id: '7', detected_at: '2026-01-01T00:00:00Z', ended_at: null },
  })
const item = (n: number): FeedItem => ({
  ...{ key: `k${n}`, kind: 'DECISION', word: '', tone: 'low', subject: '', text: '', link: undefined },
  at: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
})

describe('the feed of cost', () => {
  it('takes anomalies of cost series and leaves all others', () => {
    expect(feedItemOf(anomaly('swen_service_cost'))).toMatchObject({
      ...{ kind: 'ANOMALY', subject: 'cart', link: { path: '/incidents/7' } },
    })
    expect(feedItemOf(anomaly('http.server.request.duration:p95'))).toBeUndefined()
    expect(feedItemOf(event('PIPELINE_STATS', {}))).toBeUndefined()
  })

  it('says each state of a deployment once', () => {
    const deployment = (state: string) =>
      feedItemOf(
        event('DEPLOYMENT_UPDATED', {
          ...{ id: 'd/1', service: 'cart', title: 'Move cart', state, emergency: false },
          updated_at: '2026-01-01T00:00:00Z',
        }),
      ) as FeedItem
    const feed = mergeFeed(mergeFeed([], [deployment('PLANNED'), deployment('PLANNED')]), [
      deployment('KEPT'),
    ])
    expect(feed.map(({ word }) => word).sort()).toEqual(['Kept', 'Planned'])
    expect(feed[0]?.link).toEqual({ path: '/deployments/d%2F1' })
  })

  it('keeps the newest, and no more than it may', () => {
    const feed = mergeFeed(
      Array.from({ length: feedMax }, (_, n) => item(n)),
      [item(feedMax + 5)],
    )
    expect(feed.length).toBe(feedMax)
    expect(feed[0]?.key).toBe(`k${feedMax + 5}`)
    expect(feed.some(({ key }) => key === 'k0')).toBe(false)
  })
})
