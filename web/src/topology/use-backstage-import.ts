import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export function useBackstageImport() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { yaml: string; replace: boolean; dry_run: boolean }) =>
      client.importBackstage({ body }),
    onSuccess: ({ dry_run }) => {
      if (!dry_run)
        for (const key of ['topology', 'topology-times']) void cache.invalidateQueries({ queryKey: [key] })
    },
  })
}
