import { pathOf } from '@aiops/contract/client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { client } from '../shell/api.ts'
import { fetchWithKey } from '../shell/session.ts'
import { type TestState, testConnection } from './connection-test.ts'
import type { Draft } from './draft.ts'

/** Runs the test, shows how far it is, and removes a half-made cluster where the page is closed in the middle of it. */
export function useConnectionTest() {
  const cache = useQueryClient()
  const [state, setState] = useState<TestState>()
  const halfMade = useRef<string>(undefined)
  useEffect(() => {
    const onLeave = (): void => {
      const id = halfMade.current
      if (id === undefined) return
      // Only a request that is kept alive survives the page.
      void fetchWithKey(pathOf('/api/v1/clusters/{id}', { params: { id } }), {
        method: 'DELETE',
        keepalive: true,
      })
    }
    addEventListener('pagehide', onLeave)
    return () => removeEventListener('pagehide', onLeave)
  }, [])
  const run = async (draft: Draft): Promise<TestState> => {
    const end = await testConnection(client, draft, setState, (id) => {
      halfMade.current = id
    })
    void cache.invalidateQueries({ queryKey: ['clusters'] })
    return end
  }
  return { state, run, reset: () => setState(undefined) }
}
