import type { PersonaInput } from '@aiops/contract/model/persona'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export const usePersonas = () =>
  useQuery({ queryKey: ['personas'], queryFn: () => client.listPersonas(), staleTime: 30_000 })

/** The tools that a persona can be given. */
export const useTools = () =>
  useQuery({ queryKey: ['tools'], queryFn: () => client.listTools(), staleTime: 300_000 })

export function usePersonaActions() {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['personas'] })
  return {
    create: useMutation({ mutationFn: (body: PersonaInput) => client.createPersona({ body }), onSettled }),
    update: useMutation({
      mutationFn: ({ id, ...body }: PersonaInput) => client.updatePersona({ params: { id }, body }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: string) => client.deletePersona({ params: { id } }), onSettled }),
  }
}
