import type { QueryCluster } from '@aiops/contract/model/query'
import { describe, expect, it } from 'vitest'
import { historyClusters } from './history-clusters.ts'

const cluster = (id: string, signals: QueryCluster['signals']): QueryCluster => ({
  ...{ cluster_id: id, cluster_name: id, labels: {}, signals, breaker: 'CLOSED' },
})

describe('historyClusters', () => {
  it('asks the cluster itself where it has metrics', () => {
    expect(historyClusters('lab', [cluster('lab', ['METRICS'])])).toEqual(['lab'])
  })
  it('asks everybody where it has none', () => {
    expect(historyClusters('lab', [cluster('local', ['METRICS']), cluster('lab', [])])).toEqual([])
  })
  it('asks the cluster itself while it is not known who can be asked', () => {
    expect(historyClusters('lab', [])).toEqual(['lab'])
  })
})
