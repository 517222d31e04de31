/** Entry of a process that ends before it is ready. */
throw new Error('this process never starts');
