"""Train the embedded model: python -m core.training.tiny

From nothing to assets/tiny: tokenizer, reading and writing, the retriever, both together, and the checkpoint with
its own memory. A killed run goes on with --resume; a finished model learns on with --start. The log (log.jsonl) has
a line of loss and recall every 25 steps. Without options it takes two cores many hours. A GPU takes sixteen times the
memories in a step: all of it with --minutes 12 --batch 512 --rate 2 --precision bfloat16 --corpus-size 30000
--corpus-steps 150.
"""

if __name__ == "__main__":
    # here: every process that prepares lessons imports this module, too, and needs no model
    from core.training.command import main

    main()
