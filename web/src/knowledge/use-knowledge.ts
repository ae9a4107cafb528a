import type { KnowledgeInput } from '@aiops/contract/model/knowledge'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import type { KnowledgeSearch } from './knowledge-search.ts'

export const documentsPageSize = 50
const hitsMax = 20

export function useDocuments({ kind = [], page = 1 }: KnowledgeSearch, enabled: boolean) {
  return useQuery({
    queryKey: ['knowledge', 'list', kind, page],
    queryFn: () =>
      client.listKnowledgeDocuments({ query: { kind, origin: [], page, page_size: documentsPageSize } }),
    placeholderData: keepPreviousData,
    enabled,
  })
}

export function useKnowledgeHits({ q = '', kind = [] }: KnowledgeSearch) {
  return useQuery({
    queryKey: ['knowledge', 'search', q, kind],
    queryFn: () => client.searchKnowledge({ query: { q, kind, limit: hitsMax } }),
    placeholderData: keepPreviousData,
    enabled: q.trim() !== '',
  })
}

export function useDocument(id: string, version?: number) {
  return useQuery({
    queryKey: ['knowledge', 'document', id, version],
    queryFn: () => client.getKnowledgeDocument({ params: { id }, query: version ? { version } : {} }),
  })
}

export function useVersions(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['knowledge', 'versions', id],
    queryFn: () => client.listKnowledgeVersions({ params: { id } }),
    enabled,
  })
}

export function useKnowledgeActions() {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['knowledge'] })
  const save = useMutation({
    mutationFn: ({ id, body }: { id: string | undefined; body: KnowledgeInput & { version?: number } }) =>
      id === undefined
        ? client.createKnowledgeDocument({ body })
        : client.updateKnowledgeDocument({ params: { id }, body }),
    onSettled,
  })
  const remove = useMutation({
    mutationFn: (id: string) => client.deleteKnowledgeDocument({ params: { id } }),
    onSettled,
  })
  return { save, remove }
}
