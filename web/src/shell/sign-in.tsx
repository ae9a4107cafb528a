import { KeyRound } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { PageTitle } from './page-title.tsx'
import { sessionKey, startSession } from './session.ts'

/** In place of every page while the server wants a key and has not seen a good one. */
export function SignIn() {
  const id = useId()
  const [key, setKey] = useState('')
  const refused = sessionKey() !== null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (key.trim() !== '') startSession(key.trim())
  }
  return (
    <>
      <PageTitle title="Sign in" />
      <Panel title="This server asks for an API key">
        <form onSubmit={submit} className="flex max-w-xl flex-col gap-3">
          <p className="text-ink-soft">
            Keys are named in the setting <code>auth.api_keys</code>; whoever runs the server can give you
            one. It stays in this tab.
          </p>
          {refused && (
            <p role="alert" className="text-critical">
              The server did not accept that key.
            </p>
          )}
          <label htmlFor={id} className="font-medium">
            API key
          </label>
          <TextField
            id={id}
            type="password"
            autoComplete="current-password"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            className="font-mono"
          />
          <div className="flex gap-2">
            <Button type="submit" look="strong" disabled={key.trim() === ''}>
              <KeyRound aria-hidden />
              Sign in
            </Button>
            {refused && <Button onClick={() => startSession(null)}>Forget the key</Button>}
          </div>
        </form>
      </Panel>
    </>
  )
}
