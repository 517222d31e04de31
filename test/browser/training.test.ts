/** What a person does with a method that learns: choose how often, stop it, go on. */
import { expect, it } from 'vitest';
import { patience, waitUntilReady } from './setting.ts';
import { useVisits } from './use-setting.ts';

const here = useVisits(async (setting) => {
  const program = setting.start('library', setting.photos);
  await waitUntilReady((await setting.visit(program)).page);
  return program;
});

it('learns as many epochs as are chosen, and is stopped without a failure on the console', async () => {
  const { page } = here;
  await page.getByRole('link', { name: 'Methods' }).click();
  const card = page.locator('[data-method="autoencoder-dense"]');
  const epochs = card.getByLabel('Epochs, at most');
  const train = card.getByRole('button', { name: /^Train/ });
  const stopped = card.getByText(/^The last training was stopped/);
  expect(await epochs.inputValue()).toBe('30');
  await epochs.fill('1001');
  expect(await train.isDisabled()).toBe(true);
  await epochs.fill('1000');
  // It may end by itself just before it is stopped, as nothing gets better: then it is begun anew.
  const stop = card.getByRole('button', { name: 'Stop' });
  let isStopped = false;
  for (let tries = 0; tries < 5 && !isStopped; tries++) {
    await train.click();
    await card.getByText(/^Epoch \d+ of at most 1000/).waitFor({ timeout: patience });
    await stop.dispatchEvent('click');
    await stop.waitFor({ state: 'hidden', timeout: patience });
    isStopped = await stopped.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  }
  expect(isStopped).toBe(true);
  expect(await card.getByRole('alert').count()).toBe(0);

  // What was begun goes on as it was begun, also after a reload of the page.
  await page.reload();
  await card.getByRole('button', { name: 'Go on training' }).waitFor();
  await expect.poll(() => epochs.inputValue()).toBe('1000');
});
