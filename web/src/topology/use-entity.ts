import type { EntityId } from '@aiops/contract/model/entity'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useIncidents } from '../incident/use-incidents.ts'
import { entitySelectors, keySeries } from '../series/selector.ts'
import { client } from '../shell/api.ts'

const chartsMax = 4

/** What is known of one entity: its anomalies, its incidents, and the series to look at first. */
export function useEntity(id: EntityId) {
  const anomalies = useQuery({
    queryKey: ['anomalies', id],
    queryFn: () => client.listAnomalies({ query: { entity: id, page_size: 20 } }),
  })
  const incidents = useIncidents({ entity: id, limit: 5 })
  const series = useQuery({
    queryKey: ['series', 'entity', id],
    queryFn: () => client.listSeries({ query: { match: entitySelectors(id), limit: 500 } }),
    staleTime: 60_000,
  })
  const active = anomalies.data?.items.filter((anomaly) => anomaly.state === 'ACTIVE')
  const anomalousKey = active?.map((anomaly) => anomaly.series.id).join() ?? ''
  const charted = useMemo(
    () =>
      keySeries(
        series.data?.series ?? [],
        new Set(anomalousKey === '' ? [] : anomalousKey.split(',').map(Number)),
        chartsMax,
      ),
    [series.data, anomalousKey],
  )
  return { anomalies, incidents, series, charted }
}
