import { VARIABLES, type Variable } from './variables.js';

const PROFILES: Readonly<Record<Variable['profile'], string>> = {
  both: 'Both profiles',
  embedded: 'Embedded only',
  production: 'Production only',
};

/** The reference page of the configuration, from the variables that are read. */
export function configurationReference(): string {
  const sections = (Object.keys(PROFILES) as Variable['profile'][]).flatMap((profile) => {
    const variables: readonly Variable[] = VARIABLES.filter((variable) => variable.profile === profile);
    if (variables.length === 0) return [];
    const rows = variables.map(
      (variable) => `| \`${variable.name}\` | ${variable.meaning} | ${defaultOf(variable)} |`,
    );
    return [
      `## ${PROFILES[profile]}\n\n| variable | meaning | default |\n|---|---|---|\n${rows.join('\n')}\n`,
    ];
  });
  const secrets = VARIABLES.filter((variable) => 'isSecret' in variable).map(
    ({ name }) => `\`${name}_FILE\``,
  );
  return [
    '<!-- Written by `npm run docs:configuration` from the variables that are read: change those, not this page. -->\n',
    '<!-- prettier-ignore-start -->\n',
    '# Configuration\n',
    'Everything is configured by the environment; options of a command go before it. What is not valid ends the program at its start with `INVALID_CONFIGURATION`, the variable and what to set; a secret is never shown. `rapport doctor` checks a configuration and everything that it names. An empty variable is as good as none.\n',
    ...sections,
    '## Secrets in files\n',
    `A variable that may hold a secret has a second one that names a file with it, as secrets of containers are given: ${secrets.join(', ')}. Set one of the two.\n`,
    '## Commands\n',
    '| variable | meaning | default |\n|---|---|---|\n| `RAPPORT_PORT` | port of `rapport serve` unless `--port` is given | `7070` |\n| `RAPPORT_DEBUG` | when set, failures come with their stack | |\n| `NO_COLOR` | when set, no colour | |\n',
    '<!-- prettier-ignore-end -->\n',
  ].join('\n');
}

function defaultOf(variable: Variable): string {
  if (variable.isRequired === true) return '(must be set)';
  return variable.default === undefined || variable.default === '' ? '' : `\`${variable.default}\``;
}
