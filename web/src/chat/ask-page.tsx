import { getRouteApi, Navigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { plainSetup, useSay } from './use-say.ts'

const route = getRouteApi('/ask')

/** `/ask?q=…`: a conversation that begins with this question. It takes this page's place in the history. */
export function AskPage() {
  const { q, persona } = route.useSearch()
  const { mutate, error } = useSay()
  const asked = useRef<string>(undefined)
  useEffect(() => {
    if (q === undefined || asked.current === q) return
    asked.current = q
    mutate(questionFor(q, persona))
  }, [q, persona, mutate])
  if (q === undefined)
    return <Navigate to="/chat" search={persona === undefined ? {} : { persona }} replace />
  return (
    <>
      <PageTitle title="Ask" tab={q} />
      <p className="mb-4 max-w-3xl text-base wrap-anywhere">{q}</p>
      {error ? (
        <Failure error={error} onRetry={() => mutate(questionFor(q, persona))} className="max-w-3xl" />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </>
  )
}

const questionFor = (content: string, persona: string | undefined) => ({
  ...{ content, files: [] },
  setup: persona === undefined ? plainSetup : { ...plainSetup, persona_id: persona },
})
