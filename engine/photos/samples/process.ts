/** Entry of the process that draws the sample photos, so that drawing never holds the host. */
import { emit, serve } from '../../processes/serve.ts';
import { drawSamples } from './draw.ts';

serve({
  draw: async ({ folder }: { folder: string }) => {
    await drawSamples(folder, {
      onProgress: (done, total) => {
        emit('drawn', { done, total });
      },
    });
  },
});
