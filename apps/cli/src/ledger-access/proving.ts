import { proveQuestion } from '@rapport/profiles';
import type { Invocation } from '../invocation.js';
import { configurationFor, opened } from './opening.js';

type Proven = Awaited<ReturnType<typeof proveQuestion>>;
type Asked = Parameters<typeof proveQuestion>[2];
type How = NonNullable<Parameters<typeof proveQuestion>[3]>;

/** Answers a question from the ledger itself and proves the answer. @throws RapportError as `Rapport.prove` */
export async function proven(invocation: Invocation, question: Asked, how: How): Promise<Proven> {
  const { tenant } = invocation;
  const configuration = configurationFor(invocation);
  if (configuration.profile === 'embedded') return proveQuestion(configuration, tenant, question, how);
  const rapport = await opened(invocation, 'read');
  try {
    return await rapport.prove(tenant, question, how);
  } finally {
    await rapport.close();
  }
}
