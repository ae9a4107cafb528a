import { ApiError, createClient } from '@aiops/contract/client'
import { QueryClient } from '@tanstack/react-query'
import { fetchWithKey } from './session.ts'

/** The one client. The page was served by the server it talks to. */
export const client = createClient({ url: '', fetch: fetchWithKey })

/** The server wants a key, or another one. */
export const needsKey = (error: unknown): boolean => error instanceof ApiError && error.status === 401

/** Waits between tries of a failed read, in milliseconds; what will not get better by itself is not tried again. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status >= 500),
        retryDelay: (attempt) => 1_000 * 2 ** attempt,
      },
      mutations: { retry: false },
    },
  })
