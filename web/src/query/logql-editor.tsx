import { StreamLanguage } from '@codemirror/language'
import { QueryEditor } from './query-editor.tsx'
import { queryTokens } from './query-tokens.ts'

type LogqlEditorProps = { value: string; onChange: (text: string) => void; onRun: () => void }

const language = StreamLanguage.define(
  queryTokens(
    'json logfmt pattern regexp unpack line_format label_format decolorize unwrap drop keep by without on ignoring offset bool and or unless ip duration bytes',
  ),
)

export function LogqlEditor(props: LogqlEditorProps) {
  return (
    <QueryEditor
      label="LogQL query"
      placeholder={'{service_name="checkout"} |= "error"'}
      language={language}
      {...props}
    />
  )
}
