import { exampleOf } from '@aiops/contract/example'
import { Cluster } from '@aiops/contract/model/cluster'
import { expect, it } from 'vitest'
import { summarize } from './fleet-view.ts'

const cluster = (region: string | null, labels: Record<string, string>, score: number): Cluster => {
  const example = exampleOf(Cluster) as Cluster
  const status = {
    ...example.status,
    state: 'ONLINE' as const,
    health_score: score,
    checked_at: '2026-01-01T00:00:00Z',
  }
  return { ...example, region, labels, status }
}
const clusters = [
  ...[cluster('eu', { team: 'radio' }, 100), cluster('eu', { team: 'core' }, 80), cluster('us', {}, 60)],
  cluster(null, { team: 'radio' }, 100),
]

it('says the fleet by region, those without one too', () => {
  expect(
    summarize(clusters, 'region').groups.map(({ name, total_clusters }) => [name, total_clusters]),
  ).toEqual([
    ...[
      ['eu', 2],
      ['', 1],
      ['us', 1],
    ],
  ])
})

it('says the fleet by the value of a label, with the score of each group', () => {
  expect(
    summarize(clusters, 'label:team').groups.map(({ name, avg_health_score }) => [name, avg_health_score]),
  ).toEqual([
    ['radio', 100],
    ['', 60],
    ['core', 80],
  ])
  expect(summarize(clusters, 'label:toString').groups.map(({ name }) => name)).toEqual([''])
})

it('has no groups where nobody asks for them', () => {
  expect(summarize(clusters).groups).toEqual([])
})
