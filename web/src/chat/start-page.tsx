import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { QuestionChips } from '../answer/question-chips.tsx'
import { useIncidents } from '../incident/use-incidents.ts'
import { PageTitle } from '../shell/page-title.tsx'
import { ChatLayout } from './chat-layout.tsx'
import { Composer } from './composer.tsx'
import { firstQuestions } from './first-questions.ts'
import { SessionList } from './session-list.tsx'
import { SetupPickers } from './setup-pickers.tsx'
import { plainSetup, type SessionSetup, useSay } from './use-say.ts'

const route = getRouteApi('/chat')

/** Where a conversation begins: a question, or one of those that fit now. */
export function ChatStartPage() {
  const search = route.useSearch()
  const [setup, setSetup] = useState<SessionSetup>({
    ...plainSetup,
    ...(search.persona === undefined ? {} : { persona_id: search.persona }),
  })
  const { mutate, isPending, error } = useSay()
  const open = useIncidents({ status: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'], limit: 2 }).data?.incidents
  const questions = firstQuestions(open ?? [])
  return (
    <ChatLayout list={<SessionList search={search} />} listBelow>
      <div className="lg:pt-[8vh]">
        <PageTitle title="Ask" />
        <p className="mb-4 max-w-2xl text-ink-soft">
          Ask in plain words what is wrong, why, since when and what to do. Each sentence of an answer names
          the evidence it rests on. Nothing is changed: an action that you ask for is proposed and waits for
          approval.
        </p>
        <Composer
          key={search.q ?? ''}
          initial={search.q}
          placeholder="What is broken right now?"
          onSend={(draft) => mutate({ ...draft, setup })}
          sending={isPending}
          error={error}
        >
          <SetupPickers setup={setup} onChange={(part) => setSetup((old) => ({ ...old, ...part }))} />
        </Composer>
        <h2 className="mt-5 mb-2 text-ink-mute text-xs">Good to begin with</h2>
        <QuestionChips
          label="Good to begin with"
          questions={questions.map((question) => ({ text: question, question }))}
          onAsk={(content) => !isPending && mutate({ content, files: [], setup })}
        />
      </div>
    </ChatLayout>
  )
}
