import type { ModelProvider } from '@aiops/contract/model/language-model'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../shell/api.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { formatCount } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { counted } from '../ui/words.ts'

const policies = {
  LOCAL_ONLY: 'local only: nothing leaves this network',
  LOCAL_FIRST: 'local first: others only where no local one answers',
  ANY: 'any, in their order',
}
const states: Record<ModelProvider['state'], { tone: Tone; word: string }> = {
  READY: { tone: 'ok', word: 'Ready' },
  RESTING: { tone: 'medium', word: 'Resting' },
  EXCLUDED: { tone: 'outline', word: 'Excluded by policy' },
  UNREACHABLE: { tone: 'critical', word: 'Unreachable' },
  NOT_TRIED: { tone: 'info', word: 'Not tried yet' },
}
const protocols = {
  OPENAI_COMPATIBLE: 'OpenAI-compatible',
  OPENAI: 'OpenAI',
  ANTHROPIC: 'Anthropic',
  GOOGLE: 'Google',
}

/** Language models that may be asked, in order, and how each has fared. */
export function ModelPanel() {
  const query = useQuery({
    queryKey: ['models'],
    queryFn: () => client.listModels(),
    refetchInterval: 10_000,
  })
  return (
    <QueryPanel title="Language models" note={query.data && policies[query.data.policy]} query={query}>
      {({ providers }) =>
        providers.length === 0 ? (
          <NoModel />
        ) : (
          <>
            <ul className="divide-y">
              {providers.map((provider) => (
                <ProviderRow key={provider.name} provider={provider} />
              ))}
            </ul>
            <p className="border-t px-4 py-2 text-ink-mute text-xs">
              Where none answers, the answer is made by rule. No failure of a model is a failure of an answer.
            </p>
          </>
        )
      }
    </QueryPanel>
  )
}

function ProviderRow({ provider }: { provider: ModelProvider }) {
  const { tone, word } = states[provider.state]
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2.5 md:grid-cols-[18rem_12rem_1fr]">
      <div className="min-w-0">
        <p className="break-words font-medium">{provider.name}</p>
        <p className="break-all font-mono text-ink-mute text-xs">
          {provider.model || 'the first that is loaded'}
        </p>
      </div>
      <div className="flex flex-wrap content-start items-center gap-1.5">
        <Badge tone={tone}>{word}</Badge>
        <Badge tone="outline">{provider.local ? 'Local' : 'Outside'}</Badge>
      </div>
      <div className="min-w-0 text-ink-soft">
        {provider.message !== '' && <p className="break-words">{provider.message}</p>}
        <p className="text-ink-mute text-xs">
          {protocols[provider.protocol]} · window of {formatCount(provider.window_tokens)} tokens ·{' '}
          {counted(provider.calls, 'call')}
          {provider.failures > 0 && `, ${formatCount(provider.failures)} failed`} ·{' '}
          {formatCount(provider.input_tokens)} tokens in, {formatCount(provider.output_tokens)} out ·{' '}
          {provider.cost_usd === null ? 'no price known' : `$${provider.cost_usd.toFixed(4)}`}
          {provider.last_used_at !== null && (
            <>
              {' '}
              · last used <Moment at={provider.last_used_at} form="ago" />
            </>
          )}
        </p>
      </div>
    </li>
  )
}

const example = `intelligence:
  models:
    providers:
      - name: local
        url: http://127.0.0.1:11434/v1`

function NoModel() {
  return (
    <div className="space-y-3 px-4 py-3">
      <p>
        None: every answer is made by rule, from evidence. Nothing is missing that a model would know; one
        makes the prose smoother and understands odder questions.{' '}
        <Link to="/ask" className="font-medium text-accent hover:underline">
          Ask something
        </Link>
      </p>
      <CodeLine
        label="To add one, put an address that speaks the OpenAI protocol (Ollama, vLLM, llama.cpp, LM Studio, Foundry Local) into the configuration file and start again:"
        text={example}
      />
    </div>
  )
}
