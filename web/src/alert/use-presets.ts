import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** Searches that were saved: one's own, and those that are shared. */
export function usePresets() {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['alert-presets'] })
  const list = useQuery({ queryKey: ['alert-presets'], queryFn: () => client.listAlertPresets() })
  const save = useMutation({
    mutationFn: (body: { name: string; search: string; shared: boolean }) =>
      client.createAlertPreset({ body }),
    onSettled,
  })
  const remove = useMutation({
    mutationFn: (id: string) => client.deleteAlertPreset({ params: { id } }),
    onSettled,
  })
  return { list, save, remove }
}
