import type { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export const windowsShown = 100

export const useMaintenance = () =>
  useQuery({
    queryKey: ['maintenance'],
    queryFn: () => client.listMaintenance({ query: { state: [], page: 1, page_size: windowsShown } }),
    refetchInterval: 30_000,
  })

export function useMaintenanceActions() {
  const cache = useQueryClient()
  const onSettled = (): void => {
    for (const key of ['maintenance', 'silences']) void cache.invalidateQueries({ queryKey: [key] })
  }
  const save = useMutation({
    mutationFn: ({ id, body }: { id: string | undefined; body: MaintenanceWindowInput }) =>
      id === undefined
        ? client.createMaintenance({ body })
        : client.updateMaintenance({ params: { id }, body }),
    onSettled,
  })
  const preview = useMutation({
    mutationFn: (body: MaintenanceWindowInput) => client.previewMaintenance({ body }),
  })
  const remove = useMutation({
    mutationFn: (id: string) => client.deleteMaintenance({ params: { id } }),
    onSettled,
  })
  return { save, preview, remove }
}
