import { StreamLanguage } from '@codemirror/language'
import { QueryEditor } from './query-editor.tsx'
import { queryTokens } from './query-tokens.ts'

type TraceqlEditorProps = { value: string; onChange: (text: string) => void; onRun: () => void }

const language = StreamLanguage.define(
  queryTokens(
    'status kind name duration traceDuration rootName rootServiceName span resource event link parent by select coalesce error ok unset server client producer consumer internal true false nil',
  ),
)

export function TraceqlEditor(props: TraceqlEditorProps) {
  return (
    <QueryEditor
      label="TraceQL query"
      placeholder="{ status = error && duration > 500ms }"
      language={language}
      {...props}
    />
  )
}
