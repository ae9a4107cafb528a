import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** For pick lists. A sender without metrics is absent here and can still be typed. */
export function useServiceNames(): string[] {
  const query = useQuery({
    queryKey: ['label-values', 'service.name'],
    queryFn: () => client.listLabelValues({ params: { name: 'service.name' } }),
  })
  return query.data?.values ?? []
}
